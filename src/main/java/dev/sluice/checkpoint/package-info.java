/**
 * What a checkpoint consists of: manifest, PEFT files, safetensors, trainer state.
 *
 * <p>May import: data, lora, train; Jackson.
 */
@NullMarked
package dev.sluice.checkpoint;

import org.jspecify.annotations.NullMarked;

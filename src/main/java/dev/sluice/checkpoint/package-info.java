/**
 * What a checkpoint consists of: manifest, signatures, PEFT files, safetensors, trainer state.
 *
 * <p>May import: data, lora, train; Jackson.
 */
@NullMarked
package dev.sluice.checkpoint;

import org.jspecify.annotations.NullMarked;

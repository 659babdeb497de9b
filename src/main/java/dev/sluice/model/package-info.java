/**
 * The Llama family with rsLoRA and AdamW on DJL. The only package that knows {@code ai.djl}.
 *
 * <p>May import: data, lora, train, checkpoint (safetensors); Jackson.
 */
@NullMarked
package dev.sluice.model;

import org.jspecify.annotations.NullMarked;

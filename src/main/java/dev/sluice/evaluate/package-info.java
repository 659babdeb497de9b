/**
 * Prequential scores: each example is tested before it is trained on.
 *
 * <p>May import: data, lora, train.
 */
@NullMarked
package dev.sluice.evaluate;

import org.jspecify.annotations.NullMarked;

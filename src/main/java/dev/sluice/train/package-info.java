/**
 * One update step, its schedule and its guards; the model port.
 *
 * <p>May import: data, lora.
 */
@NullMarked
package dev.sluice.train;

import org.jspecify.annotations.NullMarked;

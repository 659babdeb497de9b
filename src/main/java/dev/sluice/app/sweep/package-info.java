/**
 * What a rank sweep measured: its figures, as JSON and as a picture.
 *
 * <p>May import: the JDK with AWT, Jackson, JSpecify, {@code dev.sluice.data}, {@code
 * dev.sluice.lora}.
 */
@NullMarked
package dev.sluice.app.sweep;

import org.jspecify.annotations.NullMarked;

/**
 * Main, commands, configuration, HTTP, the demo and its broker.
 *
 * <p>May import: all.
 */
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;

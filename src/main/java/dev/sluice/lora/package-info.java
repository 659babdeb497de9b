/**
 * Rank, alpha, scaling and the shape of an adapter (Kalajdzievski 2023, arXiv:2312.03732).
 *
 * <p>May import: data (what its failures extend), the JDK, SLF4J, JSpecify.
 */
@NullMarked
package dev.sluice.lora;

import org.jspecify.annotations.NullMarked;

/**
 * Labelled examples, the tokenizer port and micro-batching.
 *
 * <p>May import: the JDK, SLF4J, JSpecify.
 */
@NullMarked
package dev.sluice.data;

import org.jspecify.annotations.NullMarked;

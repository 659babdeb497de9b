/**
 * Micrometer meters. The only package that knows {@code io.micrometer} and {@code io.prometheus}.
 *
 * <p>May import: data, lora, train, evaluate; Kafka in {@code MetricsRegistry} alone.
 */
@NullMarked
package dev.sluice.metrics;

import org.jspecify.annotations.NullMarked;

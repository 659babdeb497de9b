/**
 * The Kafka Streams topologies.
 *
 * <p>May import: data, train, evaluate, serde; Kafka.
 */
@NullMarked
package dev.sluice.streams;

import org.jspecify.annotations.NullMarked;

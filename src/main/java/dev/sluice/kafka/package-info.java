/**
 * The consumer and producer shell: trainer loop, adapters on topics, topic administration.
 *
 * <p>May import: data, lora, train, evaluate, checkpoint, serde; Kafka.
 */
@NullMarked
package dev.sluice.kafka;

import org.jspecify.annotations.NullMarked;

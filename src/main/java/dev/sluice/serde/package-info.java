/**
 * Topic payloads to bytes and back.
 *
 * <p>May import: data, lora, train, checkpoint, evaluate; Jackson, the JSON Schema validator,
 * Kafka.
 */
@NullMarked
package dev.sluice.serde;

import org.jspecify.annotations.NullMarked;

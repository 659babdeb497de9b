/**
 * Every setting, declared once: name, type, default, bounds, unit and documentation.
 *
 * <p>May import: lora, train, serde; Kafka's ConfigDef, Jackson's YAML, commons-text. Not the rest
 * of app.
 */
@NullMarked
package dev.sluice.app.config;

import org.jspecify.annotations.NullMarked;

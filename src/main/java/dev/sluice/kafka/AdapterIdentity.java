package dev.sluice.kafka;

import dev.sluice.checkpoint.Manifest.BaseModel;
import dev.sluice.checkpoint.Manifest.Environment;
import java.util.SortedMap;

/**
 * Which adapter a trainer trains, and what its manifests say of the circumstances.
 *
 * @param partition of the train topic, from {@link AdapterRegistry}
 * @param configuration every key with its effective value
 */
public record AdapterIdentity(
    String adapter,
    int partition,
    BaseModel baseModel,
    Environment environment,
    SortedMap<String, String> configuration) {}

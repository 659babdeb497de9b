package dev.sluice.kafka;

import dev.sluice.checkpoint.Manifest.BaseModel;
import dev.sluice.checkpoint.Manifest.Environment;
import dev.sluice.checkpoint.Signatures;
import java.util.SortedMap;

/**
 * Which adapter a trainer trains, and what its manifests say of the circumstances.
 *
 * @param partition of the train topic, from {@link AdapterRegistry}
 * @param configuration every key with its effective value
 * @param signatures how manifests are signed, and which ones are gone on from
 */
public record AdapterIdentity(
    String adapter,
    int partition,
    BaseModel baseModel,
    Environment environment,
    SortedMap<String, String> configuration,
    Signatures signatures) {}

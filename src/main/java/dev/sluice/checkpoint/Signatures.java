package dev.sluice.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * How a trainer signs, and whose manifests it goes on from.
 *
 * @param key null to sign nothing
 */
public record Signatures(@Nullable SigningKey key, TrustedKeys trusted) {

  /** Signs nothing and asks for nothing. */
  public static final Signatures NONE = new Signatures(null, TrustedKeys.NONE);
}

/**
 * Models of the Hugging Face Hub: asks for them over HTTPS and keeps them in the cache that
 * Python's huggingface_hub uses too.
 *
 * <p>May import: data, checkpoint; the JDK's HTTP client, Jackson, SLF4J. Not the rest of app.
 */
@NullMarked
package dev.sluice.app.hub;

import org.jspecify.annotations.NullMarked;

package dev.sluice.app.hub;

import java.net.URI;

/**
 * A file of a model at one commit, as the Hub describes it.
 *
 * @param size bytes
 */
record RemoteFile(String name, URI address, BlobId blob, long size) {}

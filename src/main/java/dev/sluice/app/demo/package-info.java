/** The demo: a real broker, feed, ingest and trainer on one machine, for a minute. */
@NullMarked
package dev.sluice.app.demo;

import org.jspecify.annotations.NullMarked;

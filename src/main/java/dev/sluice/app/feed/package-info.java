/**
 * The demo's feed: financial examples, generated without end, whose labels are right by
 * construction.
 *
 * <p>May import: the JDK, Jackson, JSpecify.
 */
@NullMarked
package dev.sluice.app.feed;

import org.jspecify.annotations.NullMarked;

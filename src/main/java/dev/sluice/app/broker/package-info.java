/**
 * The broker of the demo and the tests: a real Kafka broker in a JVM of its own.
 *
 * <p>May import: the JDK, SLF4J, JSpecify. Only {@link dev.sluice.app.broker.BrokerMain}, which
 * runs in that JVM, knows Kafka's server.
 */
@NullMarked
package dev.sluice.app.broker;

import org.jspecify.annotations.NullMarked;

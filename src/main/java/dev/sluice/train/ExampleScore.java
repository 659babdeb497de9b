package dev.sluice.train;

/**
 * How the adapter did on an example before it was trained on it.
 *
 * @param correct whether every target token, end-of-text included, was the argmax under teacher
 *     forcing, which is the same as greedy exact match
 * @param labelHash equal for equal labels
 */
public record ExampleScore(String task, boolean correct, int labelHash) {}

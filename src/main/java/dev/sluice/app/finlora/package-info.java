/**
 * Reads FinLoRA's training configurations as they are (Open-Finance-Lab/FinLoRA): what each key
 * means here, or why it means nothing.
 *
 * <p>May import: app.config; Jackson. Not the rest of app.
 */
@NullMarked
package dev.sluice.app.finlora;

import org.jspecify.annotations.NullMarked;

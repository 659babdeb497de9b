/** Tests of the project as a whole. */
@NullMarked
package dev.sluice;

import org.jspecify.annotations.NullMarked;

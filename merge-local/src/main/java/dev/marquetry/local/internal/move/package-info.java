/**
 * Column chunks into the output, by the cheapest way that is right: page copy, splice or gather. Whole chunks are copied
 * by the writer, which has nothing to decode for that.
 */
@NullMarked
package dev.marquetry.local.internal.move;

import org.jspecify.annotations.NullMarked;

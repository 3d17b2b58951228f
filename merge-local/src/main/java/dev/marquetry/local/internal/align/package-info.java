/** Key columns to row maps: which row of each feature file belongs to which row of the spine. */
@NullMarked
package dev.marquetry.local.internal.align;

import org.jspecify.annotations.NullMarked;

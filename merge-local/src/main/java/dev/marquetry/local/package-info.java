/** The local engine's public door: {@link dev.marquetry.local.LocalArrowStrategy}. All else is internal. */
@NullMarked
package dev.marquetry.local;

import org.jspecify.annotations.NullMarked;

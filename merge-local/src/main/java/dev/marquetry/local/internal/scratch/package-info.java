/** Everything written that is not the published output: where it lies, how it is reclaimed, how the output leaves it. */
@NullMarked
package dev.marquetry.local.internal.scratch;

import org.jspecify.annotations.NullMarked;

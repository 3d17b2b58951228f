/**
 * What authors of a {@link dev.marquetry.MergeStrategy} share, so that every strategy names columns and treats listeners
 * alike. Callers of a merge need nothing from here.
 */
@NullMarked
package dev.marquetry.spi;

import org.jspecify.annotations.NullMarked;

/**
 * Merges hundreds of Parquet files into one wide file by key.
 *
 * <p>Start with {@link dev.marquetry.MergeRequest#onKey}, which says <em>what</em> to merge, and hand it to a {@link
 * dev.marquetry.MergeStrategy}, which knows <em>how</em>. {@link dev.marquetry.MergePolicy} tries several strategies in
 * order, {@link dev.marquetry.BatchMerge} merges many requests. This package knows no engine and imports nothing but the JDK, JSpecify and SLF4J.
 */
@NullMarked
package dev.marquetry;

import org.jspecify.annotations.NullMarked;

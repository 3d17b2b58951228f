/**
 * The contract kit: what a strategy must do, as tests that any {@link dev.marquetry.MergeStrategy} runs unchanged, and the
 * parts to write tests of one's own with.
 *
 * <p>Start with {@link MergeStrategyContract} to prove a strategy, with {@link ScriptedStrategy} to test code that calls
 * one, with {@link Fixtures#table} and {@link Tables#read} to write and read small Parquet files, and with {@link
 * ReferenceMerge} to have a right answer to compare with. Imports merge-api, parquet-hadoop, JUnit and AssertJ; no Hadoop
 * jar is needed.
 */
@NullMarked
package dev.marquetry.testkit;

import org.jspecify.annotations.NullMarked;

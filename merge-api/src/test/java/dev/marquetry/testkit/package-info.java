/**
 * The contract kit: parts to test strategies, and code that calls one, with. {@link Fixtures#table} writes and {@link
 * Tables#read} reads small Parquet files. Imports merge-api, parquet-hadoop, JUnit and AssertJ; no Hadoop jar is needed.
 */
@NullMarked
package dev.marquetry.testkit;

import org.jspecify.annotations.NullMarked;

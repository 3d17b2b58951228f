/**
 * The structures of parquet.thrift in thrift's compact protocol, read and written by hand: a merge meets each of them a
 * hundred times, which is too seldom for thrift's large generated methods to be worth what it takes to compile them. The
 * plain data classes stay parquet's. Start at {@link dev.marquetry.local.internal.format.CompactReader}. May import
 * parquet's format and {@code page}, nothing else of the engine.
 */
@NullMarked
package dev.marquetry.local.internal.format;

import org.jspecify.annotations.NullMarked;

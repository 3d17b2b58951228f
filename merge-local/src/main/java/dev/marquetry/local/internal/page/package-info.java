/**
 * Pages of flat columns: codecs, definition levels, value encodings, statistics. Knows bytes at offsets; no file, no
 * merge. Start at {@link dev.marquetry.local.internal.page.FlatValues}. May import parquet's format and {@code limits},
 * nothing else of the engine.
 */
@NullMarked
package dev.marquetry.local.internal.page;

import org.jspecify.annotations.NullMarked;

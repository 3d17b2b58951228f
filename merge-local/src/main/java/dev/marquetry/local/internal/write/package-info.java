/** Prepared chunks into a file: their places, the indexes behind each row group, the footer, and the proof-reading. */
@NullMarked
package dev.marquetry.local.internal.write;

import org.jspecify.annotations.NullMarked;

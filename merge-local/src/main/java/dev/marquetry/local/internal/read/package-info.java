/** From a file's column chunk to its pages: windows of bytes, page headers, decompressed bodies. */
@NullMarked
package dev.marquetry.local.internal.read;

import org.jspecify.annotations.NullMarked;

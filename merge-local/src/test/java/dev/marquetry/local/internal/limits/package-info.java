/** Proves the limits with made-up clocks, probes and file trees. */
@NullMarked
package dev.marquetry.local.internal.limits;

import org.jspecify.annotations.NullMarked;

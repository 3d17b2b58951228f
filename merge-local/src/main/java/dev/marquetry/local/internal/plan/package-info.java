/** Footers to plan: what goes where in the output, and what it will take. Reads no data page. */
@NullMarked
package dev.marquetry.local.internal.plan;

import org.jspecify.annotations.NullMarked;

/** The one place that turns numbers into a {@link dev.marquetry.LimitBreach}: the memory ledger, the guard, the pre-flight. */
@NullMarked
package dev.marquetry.local.internal.limits;

import org.jspecify.annotations.NullMarked;

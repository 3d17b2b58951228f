/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/**
 * What every {@link MergeStrategy} must do, as tests. A strategy is proven by a subclass that creates it:
 *
 * <pre>{@code
 * class DuckDbStrategyContractTest extends MergeStrategyContract {
 *     @Override
 *     protected MergeStrategy create(ResourceLimits limits) {
 *         return new DuckDbStrategy(limits);
 *     }
 *
 *     @Override
 *     protected Map<Capability, String> waived() {
 *         return Map.of(Capability.INT96_COLUMNS, "DuckDB reads INT96 as TIMESTAMP");
 *     }
 * }
 * }</pre>
 *
 * <p>Files are small and lie in temporary folders. Besides what each claim says, every merge of the kit must leave its
 * inputs untouched and nothing else behind, and what the output says about itself (bounds, null counts, page indexes,
 * checksums) must be true of it. A strategy must tell about progress at least once in {@code Phase.ALIGN} or {@code
 * Phase.MOVE}, or the claims on what happens during a merge can not be tested.
 */
public abstract class MergeStrategyContract {
    /** Returns the strategy to prove, keeping {@code limits}. Called anew for each merge; thread-safety is tested on one. */
    protected abstract MergeStrategy create(ResourceLimits limits);

    /**
     * Returns what the strategy can not do, with the reason; by default there is nothing. A waived claim is still tried: it
     * fails once the strategy can do it after all, and, where {@link Capability#mustRefuse}, when the strategy changes data
     * in place of refusing.
     */
    protected Map<Capability, String> waived() {
        return Map.of();
    }

    @Nested
    final class Rows extends RowClaims {
        Rows() {
            super(MergeStrategyContract.this);
        }
    }

    @Nested
    final class Duplicates extends DuplicateClaims {
        Duplicates() {
            super(MergeStrategyContract.this);
        }
    }

    @Nested
    final class Keys extends KeyClaims {
        Keys() {
            super(MergeStrategyContract.this);
        }
    }

    @Nested
    final class Columns extends ColumnClaims {
        Columns() {
            super(MergeStrategyContract.this);
        }
    }

    @Nested
    final class Files extends FileClaims {
        Files() {
            super(MergeStrategyContract.this);
        }
    }

    @Nested
    final class Limits extends LimitClaims {
        Limits() {
            super(MergeStrategyContract.this);
        }
    }

    @Nested
    final class Conduct extends ConductClaims {
        Conduct() {
            super(MergeStrategyContract.this);
        }
    }
}

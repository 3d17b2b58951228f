/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

/**
 * Something that a strategy may be unable to do; {@link MergeStrategyContract#waived} says so. Constants may be added in
 * later versions.
 */
public enum Capability {
    /** Columns of INT96. */
    INT96_COLUMNS,
    /** Keys of INT96, compared with timestamps as instants. */
    INT96_KEYS,
    /** TIME and TIMESTAMP columns and keys in nanoseconds. */
    NANOSECONDS,
    /** TIME and TIMESTAMP columns and keys that are not adjusted to UTC. */
    LOCAL_TIMES,
    /** TIME columns and keys. */
    TIMES,
    /** Dates and timestamps before the year 1 or after the year 9999. */
    FAR_DATES,
    /** Half-precision floating-point columns. */
    FLOAT16,
    /** NaNs with different bits. */
    NAN_PAYLOADS,
    /** Unsigned integers of 64 bits that are negative when read as signed. */
    UNSIGNED_LONGS,
    /** Keys of unsigned integers. */
    UNSIGNED_KEYS,
    /** Decimals of more than 38 digits. */
    WIDE_DECIMALS,
    /** DECIMAL keys. */
    DECIMAL_KEYS,
    /** FIXED columns without a logical type, and intervals. */
    FIXED,
    /** Keys of BINARY without a logical type, FIXED and UUID. */
    BYTES_KEYS,
    /** BOOLEAN keys. */
    BOOLEAN_KEYS,
    /** UUID columns. */
    UUID,
    /** ENUM columns. */
    ENUM,
    /** JSON columns. */
    JSON,
    /** BSON columns. */
    BSON,
    /** Columns of the UNKNOWN type, which are null throughout. */
    UNKNOWN,
    /** Column names with blanks, dots, quotes or letters outside ASCII. */
    UNUSUAL_NAMES,
    /** Columns whose names differ in case only. */
    CASE_ONLY_NAMES,
    /** Codecs other than Snappy in the inputs. */
    INPUT_CODECS,
    /** A codec named in the request, or each input's own kept. */
    OUTPUT_CODECS(false),
    /** The same output bytes for the same request, whatever the threads and the budget. */
    REPRODUCIBLE_BYTES(false),
    /** Row map kinds and row counts in the result. */
    FEATURE_MATCHES(false),
    /** {@code ResourceLimits.maxMemory}. */
    MEMORY_LIMIT(false),
    /** {@code ResourceLimits.maxElapsed}. */
    ELAPSED_LIMIT(false),
    /** {@code ResourceLimits.minFreeDisk}. */
    FREE_DISK_LIMIT(false),
    /** {@code ResourceLimits.minFreeSystemMemory}. */
    FREE_SYSTEM_MEMORY_LIMIT(false),
    /** Breaches of the memory limit in the estimate. */
    FORESEEN_BREACHES(false),
    /** Problems of the inputs in the estimate. */
    FORESEEN_INPUT_PROBLEMS(false),
    /** The output's shape and the inputs' size in the estimate. */
    FORESEEN_SHAPE(false),
    /** Failing when an input file changes during the merge. */
    INPUT_CHANGES(false);

    private final boolean mustRefuse;

    Capability() {
        this(true);
    }

    Capability(boolean mustRefuse) {
        this.mustRefuse = mustRefuse;
    }

    /**
     * Returns whether a strategy that lacks this must refuse what needs it: where values or names are concerned, a changed
     * table is never a substitute for a refusal.
     */
    public boolean mustRefuse() {
        return mustRefuse;
    }
}

/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.jobs;

import java.util.OptionalLong;

/**
 * A job that succeeded. Immutable and thread-safe.
 *
 * @param id the job's id
 * @param attempt which attempt at its step it was, from 0
 * @param loadedRows the rows it loaded, or empty if it loaded none or does not say
 * @param exportedRows the rows it exported, or empty if it exported none or does not say
 * @param exportedFiles the files it exported, or empty if it exported none or does not say
 * @param billedBytes the bytes billed for it
 * @param slotMillis the milliseconds of slots it took
 */
public record JobReport(
        String id,
        int attempt,
        OptionalLong loadedRows,
        OptionalLong exportedRows,
        OptionalLong exportedFiles,
        long billedBytes,
        long slotMillis) {}

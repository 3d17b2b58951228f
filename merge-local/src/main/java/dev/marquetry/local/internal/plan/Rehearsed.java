/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

/**
 * What a few columns of a few files took when they were merged into nothing. Bytes are those of the ledger.
 *
 * @param alignShared what all threads share while rows are matched
 * @param alignEach what each thread takes then
 * @param packedBytes what a feature file's row map takes when packed
 * @param storeBytes the most that all row maps together take in memory
 * @param moveEach what each thread takes while columns are moved, a copy buffer not counted
 * @param moveShared what all threads share then, row maps not counted
 * @param copyBytes the copy buffer of a thread that copies chunks
 * @param copiedShare how many of the feature files' bytes are in files that are copied, 0 to 1
 * @param rowsKept how many of the feature files' rows match, 0 to 1
 * @param gatheredShare how many of the bytes that were not copied were decoded, 0 to 1
 * @param rawRatio bytes decompressed for one byte as stored
 */
public record Rehearsed(
        long alignShared,
        long alignEach,
        long packedBytes,
        long storeBytes,
        long moveEach,
        long moveShared,
        long copyBytes,
        double copiedShare,
        double rowsKept,
        double gatheredShare,
        double rawRatio) {}

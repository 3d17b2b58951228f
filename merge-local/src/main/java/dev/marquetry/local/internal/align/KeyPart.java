/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.local.internal.plan.KeyType;

/** The values of one key column of one file, row by row, in a form that is equal where the values are equal. */
sealed interface KeyPart extends AutoCloseable permits LongPart, BytesPart {
    /** Forgets all values and makes room for those of {@code rows} rows of another file. */
    void prepare(KeyType type, int rows);

    /** Returns a hash of the value in {@code row}. */
    long hash(int row);

    /** Returns whether the value in {@code row} equals that of {@code other}, a part of the same class, in its row. */
    boolean same(int row, KeyPart other, int otherRow);

    /**
     * Returns how many values from {@code row} on equal those of {@code other} from {@code otherRow} on, row by row; at most
     * {@code limit}, which both have.
     */
    int matching(int row, KeyPart other, int otherRow, int limit);

    /** Compares like {@link #same}, in an order of the part's own. */
    int compare(int row, KeyPart other, int otherRow);

    /** Returns the value in {@code row} for messages. */
    String text(int row);

    /** Gives the memory back. */
    @Override
    void close();
}

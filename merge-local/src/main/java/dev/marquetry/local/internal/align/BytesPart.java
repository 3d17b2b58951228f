/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.KeyType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** A key column whose values are byte strings, one after the other. Null rows hold an empty one. */
final class BytesPart implements KeyPart {
    private final ByteSlab bytes;
    private final IntSlab ends;
    private KeyType type;
    private int rows;
    private int length;

    BytesPart(KeyType type, MemoryBudget budget, Place place) {
        this.type = type;
        bytes = new ByteSlab(budget, place);
        ends = new IntSlab(budget, place);
    }

    @Override
    public void prepare(KeyType newType, int newRows) {
        type = newType;
        rows = 0;
        length = 0;
        ends.ensure(newRows);
    }

    /** Appends the value of the next row. */
    void add(byte[] from, int offset, int count) {
        int end = Math.addExact(length, count);
        System.arraycopy(from, offset, bytes.grow(end, length), length, count);
        length = end;
        ends.array()[rows++] = end;
    }

    private int start(int row) {
        return row == 0 ? 0 : ends.array()[row - 1];
    }

    @Override
    public long hash(int row) {
        long hash = 1125899906842597L;
        byte[] from = bytes.array();
        for (int i = start(row), end = ends.array()[row]; i < end; i++) {
            hash = 31 * hash + from[i];
        }
        return hash;
    }

    @Override
    public boolean same(int row, KeyPart other, int otherRow) {
        BytesPart that = (BytesPart) other;
        return Arrays.equals(
                bytes.array(),
                start(row),
                ends.array()[row],
                that.bytes.array(),
                that.start(otherRow),
                that.ends.array()[otherRow]);
    }

    @Override
    public int matching(int row, KeyPart other, int otherRow, int limit) {
        int count = 0;
        while (count < limit && same(row + count, other, otherRow + count)) {
            count++;
        }
        return count;
    }

    @Override
    public int compare(int row, KeyPart other, int otherRow) {
        BytesPart that = (BytesPart) other;
        return Arrays.compareUnsigned(
                bytes.array(),
                start(row),
                ends.array()[row],
                that.bytes.array(),
                that.start(otherRow),
                that.ends.array()[otherRow]);
    }

    @Override
    public String text(int row) {
        return CanonicalKey.text(type, Arrays.copyOfRange(bytes.array(), start(row), ends.array()[row]));
    }

    static String text(byte[] value) {
        try {
            return "'" + StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)) + "'";
        } catch (CharacterCodingException e) {
            return "0x" + HexFormat.of().formatHex(value);
        }
    }

    @Override
    public void close() {
        bytes.close();
        ends.close();
    }
}

/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.KeyType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;

/** A key column whose values are longs: {@code values()[row]}. Null rows hold anything. */
final class LongPart implements KeyPart {
    private static final long[] NONE = {};

    private final MemoryBudget budget;
    private final Place place;
    private KeyType type;
    private long[] values = NONE;

    LongPart(KeyType type, MemoryBudget budget, Place place) {
        this.type = type;
        this.budget = budget;
        this.place = place;
    }

    @Override
    public void prepare(KeyType newType, int rows) {
        type = newType;
        if (values.length < rows) {
            close();
            budget.take(8L * rows, place);
            values = new long[rows];
        }
    }

    long[] values() {
        return values;
    }

    @Override
    public long hash(int row) {
        return values[row];
    }

    @Override
    public boolean same(int row, KeyPart other, int otherRow) {
        return values[row] == ((LongPart) other).values[otherRow];
    }

    @Override
    public int matching(int row, KeyPart other, int otherRow, int limit) {
        int at = Arrays.mismatch(
                values, row, row + limit, ((LongPart) other).values, otherRow, otherRow + limit); // an intrinsic
        return at < 0 ? limit : at;
    }

    @Override
    public int compare(int row, KeyPart other, int otherRow) {
        return Long.compare(values[row], ((LongPart) other).values[otherRow]);
    }

    @Override
    public String text(int row) {
        long value = values[row];
        return switch (type.kind()) {
            case TIMESTAMP ->
                instant(
                                Math.floorDiv(value, type.unitsPerSecond()),
                                Math.floorMod(value, type.unitsPerSecond()) * (1_000_000_000L / type.unitsPerSecond()))
                        .toString();
            case TIME ->
                LocalTime.MIN
                        .plusNanos(value * (1_000_000_000L / type.unitsPerSecond()))
                        .toString();
            case DATE -> LocalDate.ofEpochDay(value).toString();
            case DECIMAL -> new BigDecimal(BigInteger.valueOf(value), type.scale()).toPlainString();
            case BOOLEAN -> value == 0 ? "false" : "true";
            case INTEGER, BYTES -> type.isUnsigned64() ? Long.toUnsignedString(value) : Long.toString(value);
        };
    }

    static Instant instant(long seconds, long nanos) {
        long clamped = Math.max(Instant.MIN.getEpochSecond(), Math.min(Instant.MAX.getEpochSecond(), seconds));
        return Instant.ofEpochSecond(clamped, nanos);
    }

    @Override
    public void close() {
        budget.give(8L * values.length);
        values = NONE;
    }
}

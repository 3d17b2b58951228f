/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.JulianFields;
import java.util.Arrays;
import java.util.UUID;

/**
 * Builds small Parquet files for tests, in one readable line:
 *
 * <pre>{@code
 * Path rsi = Fixtures.table("rsi").key("ts", 3, 1, 2).column("close", 1.5, null, 2.5).writeTo(folder);
 * }</pre>
 *
 * <p>Also turns values into the bytes that Parquet stores for them. Stateless.
 */
public final class Fixtures {
    private Fixtures() {}

    /** Begins a table; {@link Fixture#writeTo} names its file {@code name.parquet}. */
    public static Fixture table(String name) {
        return new Fixture(name);
    }

    /** Returns {@code time} as the twelve bytes of an INT96: nanoseconds of the day, then the Julian day. */
    public static byte[] int96(Instant time) {
        Instant day = time.truncatedTo(ChronoUnit.DAYS);
        long julianDay = time.atOffset(ZoneOffset.UTC).getLong(JulianFields.JULIAN_DAY);
        return ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(day.until(time, ChronoUnit.NANOS))
                .putInt(Math.toIntExact(julianDay))
                .array();
    }

    /** Returns the sixteen bytes of {@code uuid}. */
    public static byte[] uuid(UUID uuid) {
        return ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    /** Returns the unscaled value of {@code decimal} in as few bytes as hold it, as BINARY decimals are stored. */
    public static byte[] decimal(String decimal) {
        return new BigDecimal(decimal).unscaledValue().toByteArray();
    }

    /**
     * Returns the unscaled value of {@code decimal} in {@code length} bytes, as FIXED decimals are stored.
     *
     * @throws IllegalArgumentException if it does not fit
     */
    public static byte[] decimal(String decimal, int length) {
        BigInteger unscaled = new BigDecimal(decimal).unscaledValue();
        byte[] bytes = unscaled.toByteArray();
        if (bytes.length > length) {
            throw new IllegalArgumentException("decimal does not fit into " + length + " bytes: " + decimal);
        }
        byte[] fixed = new byte[length];
        Arrays.fill(fixed, (byte) (unscaled.signum() < 0 ? -1 : 0));
        System.arraycopy(bytes, 0, fixed, length - bytes.length, bytes.length);
        return fixed;
    }
}

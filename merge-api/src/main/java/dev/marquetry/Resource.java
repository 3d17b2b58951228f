/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.time.Duration;

/** What a limit is set on and an estimate predicts. Constants may be added in later versions. */
public enum Resource {
    /** Memory the merge itself takes, in bytes; the limit is a ceiling. */
    MEMORY("memory", Unit.BYTES, false),
    /** Free memory of the system or container, in bytes; the limit is a floor. */
    SYSTEM_MEMORY("free system memory", Unit.BYTES, true),
    /** Free space where output and scratch are written, in bytes; the limit is a floor. */
    DISK("free disk", Unit.BYTES, true),
    /** Time since the merge began, in milliseconds; the limit is a ceiling. */
    ELAPSED("elapsed time", Unit.MILLISECONDS, false),
    /** Time without any progress, in milliseconds; the limit is a ceiling. */
    STALL("time without progress", Unit.MILLISECONDS, false),
    /** Bytes that a cloud service bills for, such as those a query scans; the limit is a ceiling. */
    BILLED_BYTES("billed bytes", Unit.BYTES, false);

    private enum Unit {
        BYTES,
        MILLISECONDS
    }

    private final String label;
    private final Unit unit;
    private final boolean floor;

    Resource(String label, Unit unit, boolean floor) {
        this.label = label;
        this.unit = unit;
        this.floor = floor;
    }

    /** Returns the name for people, such as {@code free disk}. */
    public String label() {
        return label;
    }

    /** Returns whether a limit on this resource is a floor (free space) and not a ceiling (use). */
    public boolean isFloor() {
        return floor;
    }

    /** Returns {@code amount} of this resource for people, such as {@code 1.5 GiB} or {@code 2.0 s}. */
    public String format(long amount) {
        return switch (unit) {
            case BYTES -> amount < 0 ? "-" + new MemorySize(-amount) : new MemorySize(amount).toString();
            case MILLISECONDS -> {
                Duration time = Duration.ofMillis(amount);
                yield amount < 1000
                        ? amount + " ms"
                        : time.toSeconds() < 120
                                ? String.format(java.util.Locale.ROOT, "%.1f s", amount / 1e3)
                                : time.toMinutes() + " min " + time.toSecondsPart() + " s";
            }
        };
    }
}

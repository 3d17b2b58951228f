/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Ceilings and floors that a merge keeps. What is not set is not limited, but for {@link #maxMemory} and {@link
 * #maxStall}, which have defaults. Only limits that a strategy can enforce are offered: the host's heap is not one.
 *
 * <p>Immutable and thread-safe.
 */
public final class ResourceLimits {
    /** The memory a merge takes at most unless told otherwise: {@value} bytes (512 MiB). */
    public static final long DEFAULT_MAX_MEMORY_BYTES = 512L << 20;

    /** The time without progress after which a merge gives up unless told otherwise: {@value} seconds. */
    public static final long DEFAULT_MAX_STALL_SECONDS = 300;

    private final MemorySize maxMemory;
    private final Optional<MemorySize> minFreeSystemMemory;
    private final Optional<MemorySize> minFreeDisk;
    private final Optional<Duration> maxElapsed;
    private final Duration maxStall;
    private final OptionalInt threads;

    private ResourceLimits(Builder builder) {
        maxMemory = Objects.requireNonNullElse(builder.maxMemory, MemorySize.bytes(DEFAULT_MAX_MEMORY_BYTES));
        minFreeSystemMemory = Optional.ofNullable(builder.minFreeSystemMemory);
        minFreeDisk = Optional.ofNullable(builder.minFreeDisk);
        maxElapsed = Optional.ofNullable(builder.maxElapsed);
        maxStall = Objects.requireNonNullElse(builder.maxStall, Duration.ofSeconds(DEFAULT_MAX_STALL_SECONDS));
        threads = builder.threads == null ? OptionalInt.empty() : OptionalInt.of(builder.threads);
    }

    /** Returns a builder in which nothing is set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns limits with every default. */
    public static ResourceLimits defaults() {
        return builder().build();
    }

    /** Returns the most memory the merge itself may take: buffers, row maps, codecs and footers. */
    public MemorySize maxMemory() {
        return maxMemory;
    }

    /** Returns the least memory that must stay free in the system, or in the container if that is less. */
    public Optional<MemorySize> minFreeSystemMemory() {
        return minFreeSystemMemory;
    }

    /** Returns the least space that must stay free where the output is written. */
    public Optional<MemorySize> minFreeDisk() {
        return minFreeDisk;
    }

    /** Returns the longest a merge may take. */
    public Optional<Duration> maxElapsed() {
        return maxElapsed;
    }

    /** Returns the longest a merge may go without any progress. */
    public Duration maxStall() {
        return maxStall;
    }

    /** Returns how many threads move columns, or empty for one per processor. */
    public OptionalInt threads() {
        return threads;
    }

    /** Returns the limits for people, such as {@code max memory 512.0 MiB, max stall 300 s, 2 threads}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("max memory ").append(maxMemory);
        minFreeSystemMemory.ifPresent(
                size -> text.append(", min free system memory ").append(size));
        minFreeDisk.ifPresent(size -> text.append(", min free disk ").append(size));
        maxElapsed.ifPresent(
                time -> text.append(", max elapsed ").append(time.toSeconds()).append(" s"));
        text.append(", max stall ").append(maxStall.toSeconds()).append(" s");
        threads.ifPresent(count -> text.append(", ").append(count).append(" threads"));
        return text.toString();
    }

    /** Collects limits. A limit can be set once: another value throws {@link IllegalStateException}. Not thread-safe. */
    public static final class Builder {
        private @Nullable MemorySize maxMemory;
        private @Nullable MemorySize minFreeSystemMemory;
        private @Nullable MemorySize minFreeDisk;
        private @Nullable Duration maxElapsed;
        private @Nullable Duration maxStall;
        private @Nullable Integer threads;

        private Builder() {}

        /**
         * Sets the most memory the merge itself may take; default {@value ResourceLimits#DEFAULT_MAX_MEMORY_BYTES} bytes.
         *
         * @throws IllegalArgumentException if {@code size} is zero
         */
        public Builder maxMemory(MemorySize size) {
            maxMemory = once("max memory", maxMemory, positive("max memory", size));
            return this;
        }

        /** Sets the least memory that must stay free in the system. */
        public Builder minFreeSystemMemory(MemorySize size) {
            minFreeSystemMemory = once("min free system memory", minFreeSystemMemory, size);
            return this;
        }

        /** Sets the least space that must stay free where the output is written. */
        public Builder minFreeDisk(MemorySize size) {
            minFreeDisk = once("min free disk", minFreeDisk, size);
            return this;
        }

        /**
         * Sets the longest a merge may take.
         *
         * @throws IllegalArgumentException if {@code time} is not positive
         */
        public Builder maxElapsed(Duration time) {
            maxElapsed = once("max elapsed", maxElapsed, positive("max elapsed", time));
            return this;
        }

        /**
         * Sets the longest a merge may go without any progress; default {@value ResourceLimits#DEFAULT_MAX_STALL_SECONDS}
         * seconds.
         *
         * @throws IllegalArgumentException if {@code time} is not positive
         */
        public Builder maxStall(Duration time) {
            maxStall = once("max stall", maxStall, positive("max stall", time));
            return this;
        }

        /**
         * Sets how many threads move columns; default one per processor. Decides speed and memory, never the output.
         *
         * @throws IllegalArgumentException if {@code count} is not between 1 and 256
         */
        public Builder threads(int count) {
            if (count < 1 || count > 256) {
                throw new IllegalArgumentException("threads must be between 1 and 256 but was " + count);
            }
            threads = once("threads", threads, count);
            return this;
        }

        /** Returns the limits. */
        public ResourceLimits build() {
            return new ResourceLimits(this);
        }

        private static MemorySize positive(String what, MemorySize size) {
            if (size.bytes() == 0) {
                throw new IllegalArgumentException(what + " must be positive but was " + size);
            }
            return size;
        }

        private static Duration positive(String what, Duration time) {
            if (time.isZero() || time.isNegative()) {
                throw new IllegalArgumentException(what + " must be positive but was " + time);
            }
            return time;
        }

        private static <T> T once(String what, @Nullable T before, T after) {
            Objects.requireNonNull(after, what);
            if (before != null && !before.equals(after)) {
                throw new IllegalStateException(what + " is " + before + " already and can not be " + after + " too");
            }
            return after;
        }
    }
}

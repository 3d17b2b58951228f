/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun;

import dev.marquetry.cloudrun.internal.cost.Prices;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Objects;

/**
 * What Google charges for a merge, in US dollars, and the day that was so. Prices change and contracts differ: give yours
 * where costs matter. Taxes, free allowances and committed use are left out.
 *
 * <p>{@link #defaults} holds the list prices of {@code us-central1}: Cloud Run's jobs, billed by processors and memory for a
 * minute at least (cloud.google.com/run/pricing, copies of 2026-07), Cloud Storage's Standard class and operations
 * (cloud.google.com/storage/pricing, copies of 2026-09-20), and egress to the internet for the first TiB of a month, which
 * is from general knowledge and is zero for a reader in the same region.
 *
 * <p>Immutable and thread-safe.
 */
public final class PriceList {
    private static final PriceList DEFAULTS = new PriceList(new Prices(
            LocalDate.of(2026, 11, 21),
            new BigDecimal("0.000018"),
            new BigDecimal("0.000002"),
            new BigDecimal("0.02"),
            new BigDecimal("0.005"),
            new BigDecimal("0.0004"),
            new BigDecimal("0.12")));

    private final Prices prices;

    private PriceList(Prices prices) {
        this.prices = prices;
    }

    /** Returns the list prices of {@code us-central1} as of 2026-11-21. */
    public static PriceList defaults() {
        return DEFAULTS;
    }

    /** Begins a list with the prices of {@link #defaults}, as of {@code date}. */
    public static Builder asOf(LocalDate date) {
        return new Builder(date);
    }

    /** Returns the day these prices were listed. */
    public LocalDate date() {
        return prices.date();
    }

    /** Returns the price of a processor of a job, a second. */
    public BigDecimal perVcpuSecond() {
        return prices.perVcpuSecond();
    }

    /** Returns the price of a GiB of a job's memory, a second. */
    public BigDecimal perGibSecond() {
        return prices.perGibSecond();
    }

    /** Returns the price of a GiB in Cloud Storage, a month. */
    public BigDecimal objectStoragePerGibMonth() {
        return prices.objectStoragePerGibMonth();
    }

    /** Returns the price of a thousand operations that write or list (class A). */
    public BigDecimal writesPerThousand() {
        return prices.writesPerThousand();
    }

    /** Returns the price of a thousand operations that read (class B). */
    public BigDecimal readsPerThousand() {
        return prices.readsPerThousand();
    }

    /** Returns the price of a GiB that is fetched to where the merge runs. */
    public BigDecimal egressPerGib() {
        return prices.egressPerGib();
    }

    /** Returns the prices as the inside takes them. */
    Prices prices() {
        return prices;
    }

    /** Returns the list in one line. */
    @Override
    public String toString() {
        return "prices of " + date() + ": processors $" + perVcpuSecond() + "/vCPU-s, memory $" + perGibSecond()
                + "/GiB-s, objects $" + objectStoragePerGibMonth() + "/GiB-month, writes $" + writesPerThousand()
                + "/1000, reads $" + readsPerThousand() + "/1000, egress $" + egressPerGib() + "/GiB";
    }

    /** Collects prices; none may be negative. Not thread-safe. */
    public static final class Builder {
        private final LocalDate date;
        private BigDecimal perVcpuSecond = DEFAULTS.perVcpuSecond();
        private BigDecimal perGibSecond = DEFAULTS.perGibSecond();
        private BigDecimal objectStoragePerGibMonth = DEFAULTS.objectStoragePerGibMonth();
        private BigDecimal writesPerThousand = DEFAULTS.writesPerThousand();
        private BigDecimal readsPerThousand = DEFAULTS.readsPerThousand();
        private BigDecimal egressPerGib = DEFAULTS.egressPerGib();

        private Builder(LocalDate date) {
            this.date = Objects.requireNonNull(date, "date");
        }

        /** Sets the price of a processor of a job, a second; default $0.000018. */
        public Builder perVcpuSecond(BigDecimal dollars) {
            perVcpuSecond = checked("a processor", dollars);
            return this;
        }

        /** Sets the price of a GiB of a job's memory, a second; default $0.000002. */
        public Builder perGibSecond(BigDecimal dollars) {
            perGibSecond = checked("memory", dollars);
            return this;
        }

        /** Sets the price of a GiB in Cloud Storage, a month; default $0.02. */
        public Builder objectStoragePerGibMonth(BigDecimal dollars) {
            objectStoragePerGibMonth = checked("object storage", dollars);
            return this;
        }

        /** Sets the price of a thousand operations that write or list (class A); default $0.005. */
        public Builder writesPerThousand(BigDecimal dollars) {
            writesPerThousand = checked("writes", dollars);
            return this;
        }

        /** Sets the price of a thousand operations that read (class B); default $0.0004. */
        public Builder readsPerThousand(BigDecimal dollars) {
            readsPerThousand = checked("reads", dollars);
            return this;
        }

        /** Sets the price of a GiB that is fetched: zero within the bucket's region; default $0.12. */
        public Builder egressPerGib(BigDecimal dollars) {
            egressPerGib = checked("egress", dollars);
            return this;
        }

        private static BigDecimal checked(String what, BigDecimal dollars) {
            if (dollars.signum() < 0) {
                throw new IllegalArgumentException("price of " + what + " must not be negative but was " + dollars);
            }
            return dollars;
        }

        /** Returns the list. */
        public PriceList build() {
            return new PriceList(new Prices(
                    date,
                    perVcpuSecond,
                    perGibSecond,
                    objectStoragePerGibMonth,
                    writesPerThousand,
                    readsPerThousand,
                    egressPerGib));
        }
    }
}

/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import dev.marquetry.bigquery.internal.cost.Prices;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Objects;

/**
 * What Google charges for a merge, in US dollars, and the day that was so. Prices change and contracts differ: give yours
 * where costs matter. Taxes, free allowances and committed use are left out.
 *
 * <p>{@link #defaults} holds the list prices of {@code us-central1}: BigQuery's on-demand queries and active logical
 * storage (cloud.google.com/bigquery/pricing, copies of 2026-09-28), Cloud Storage's Standard class and operations
 * (cloud.google.com/storage/pricing, copies of 2026-09-20), and egress to the internet for the first TiB of a month, which
 * is from general knowledge and is zero for a reader in the same region. Loading and exporting are free.
 *
 * <p>Immutable and thread-safe.
 */
public final class PriceList {
    private static final PriceList DEFAULTS = new PriceList(new Prices(
            LocalDate.of(2026, 11, 21),
            new BigDecimal("6.25"),
            new BigDecimal("0.02"),
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

    /** Returns the price of a TiB that queries scan, on demand. */
    public BigDecimal scanPerTib() {
        return prices.scanPerTib();
    }

    /** Returns the price of a GiB in BigQuery's tables, a month. */
    public BigDecimal tableStoragePerGibMonth() {
        return prices.tableStoragePerGibMonth();
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
        return "prices of " + date() + ": scan $" + scanPerTib() + "/TiB, tables $" + tableStoragePerGibMonth()
                + "/GiB-month, objects $" + objectStoragePerGibMonth() + "/GiB-month, writes $" + writesPerThousand()
                + "/1000, reads $" + readsPerThousand() + "/1000, egress $" + egressPerGib() + "/GiB";
    }

    /** Collects prices; none may be negative. Not thread-safe. */
    public static final class Builder {
        private final LocalDate date;
        private BigDecimal scanPerTib = DEFAULTS.scanPerTib();
        private BigDecimal tableStoragePerGibMonth = DEFAULTS.tableStoragePerGibMonth();
        private BigDecimal objectStoragePerGibMonth = DEFAULTS.objectStoragePerGibMonth();
        private BigDecimal writesPerThousand = DEFAULTS.writesPerThousand();
        private BigDecimal readsPerThousand = DEFAULTS.readsPerThousand();
        private BigDecimal egressPerGib = DEFAULTS.egressPerGib();

        private Builder(LocalDate date) {
            this.date = Objects.requireNonNull(date, "date");
        }

        /** Sets the price of a TiB that queries scan; default $6.25. */
        public Builder scanPerTib(BigDecimal dollars) {
            scanPerTib = checked("scan", dollars);
            return this;
        }

        /** Sets the price of a GiB in BigQuery's tables, a month; default $0.02. */
        public Builder tableStoragePerGibMonth(BigDecimal dollars) {
            tableStoragePerGibMonth = checked("table storage", dollars);
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
                    scanPerTib,
                    tableStoragePerGibMonth,
                    objectStoragePerGibMonth,
                    writesPerThousand,
                    readsPerThousand,
                    egressPerGib));
        }
    }
}

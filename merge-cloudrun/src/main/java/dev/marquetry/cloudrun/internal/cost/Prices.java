/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal.cost;

import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * What Google charges, in US dollars. Immutable and thread-safe.
 *
 * @param date the day these prices were listed
 * @param perVcpuSecond for a processor of a job, a second
 * @param perGibSecond for a GiB of a job's memory, a second
 * @param objectStoragePerGibMonth for a GiB in Cloud Storage, a month
 * @param writesPerThousand for a thousand operations that write or list (class A)
 * @param readsPerThousand for a thousand operations that read (class B)
 * @param egressPerGib for a GiB that leaves Google's network or region
 */
public record Prices(
        LocalDate date,
        BigDecimal perVcpuSecond,
        BigDecimal perGibSecond,
        BigDecimal objectStoragePerGibMonth,
        BigDecimal writesPerThousand,
        BigDecimal readsPerThousand,
        BigDecimal egressPerGib) {}

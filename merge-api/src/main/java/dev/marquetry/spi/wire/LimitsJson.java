/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi.wire;

import dev.marquetry.LimitBreach;
import dev.marquetry.MemorySize;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import java.util.LinkedHashMap;
import java.util.Map;

/** Limits, and what crossed them, as JSON. */
final class LimitsJson {
    private LimitsJson() {}

    static Map<String, Object> write(ResourceLimits limits) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("maxMemory", limits.maxMemory().bytes());
        limits.minFreeSystemMemory().ifPresent(size -> fields.put("minFreeSystemMemory", size.bytes()));
        limits.minFreeDisk().ifPresent(size -> fields.put("minFreeDisk", size.bytes()));
        limits.maxElapsed().ifPresent(time -> fields.put("maxElapsed", time.toString()));
        fields.put("maxStall", limits.maxStall().toString());
        limits.threads().ifPresent(count -> fields.put("threads", count));
        return fields;
    }

    static ResourceLimits read(Fields fields) {
        ResourceLimits.Builder limits = ResourceLimits.builder();
        fields.maybe("maxMemory", fields::number).map(MemorySize::bytes).ifPresent(limits::maxMemory);
        fields.maybe("minFreeSystemMemory", fields::number)
                .map(MemorySize::bytes)
                .ifPresent(limits::minFreeSystemMemory);
        fields.maybe("minFreeDisk", fields::number).map(MemorySize::bytes).ifPresent(limits::minFreeDisk);
        fields.maybe("maxElapsed", fields::time).ifPresent(limits::maxElapsed);
        fields.maybe("maxStall", fields::time).ifPresent(limits::maxStall);
        fields.maybe("threads", fields::count).ifPresent(limits::threads);
        return limits.build();
    }

    static Map<String, Object> write(LimitBreach breach) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("resource", breach.resource().name());
        fields.put("limit", breach.limit());
        fields.put("observed", breach.observed());
        fields.put("basis", breach.basis().name());
        fields.put("phase", breach.phase().name());
        fields.put("where", breach.where());
        return fields;
    }

    static LimitBreach breach(Fields fields) {
        return new LimitBreach(
                fields.one(Resource.class, "resource"),
                fields.number("limit"),
                fields.number("observed"),
                fields.one(LimitBreach.Basis.class, "basis"),
                fields.one(Phase.class, "phase"),
                fields.text("where"));
    }
}

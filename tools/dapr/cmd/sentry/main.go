// Dapr's certificate authority with the flags of upstream's cmd/sentry, for a run on one machine.
// Upstream's health and metrics servers listen on every address whatever the flags say, so they are left
// out here: an accepted connection on the port is the sign of readiness.
package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/dapr/dapr/cmd/sentry/options"
	"github.com/dapr/dapr/pkg/buildinfo"
	"github.com/dapr/dapr/pkg/healthz"
	"github.com/dapr/dapr/pkg/modes"
	"github.com/dapr/dapr/pkg/sentry"
	"github.com/dapr/dapr/pkg/sentry/config"
	"github.com/dapr/dapr/pkg/sentry/monitoring"
	"github.com/dapr/kit/logger"
	"github.com/dapr/kit/signals"
)

var log = logger.NewLogger("dapr.sentry")

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		os.Stdout.WriteString(buildinfo.Version() + "\n")
		return
	}
	opts := options.New(os.Args[1:])
	if err := opts.Validate(); err != nil {
		log.Fatalf("Invalid options: %s", err)
	}
	if err := logger.ApplyOptionsToLoggers(&opts.Logger); err != nil {
		log.Fatal(err)
	}
	if err := monitoring.InitMetrics(); err != nil {
		log.Fatal(err)
	}
	if err := run(signals.Context(), opts); err != nil {
		log.Fatal(err)
	}
	log.Info("Sentry shut down gracefully")
}

func run(ctx context.Context, opts *options.Options) error {
	cfg, err := config.FromConfigName(opts.ConfigName, opts.Mode)
	if err != nil {
		return err
	}
	cfg.RootCertPath = filepath.Join(opts.IssuerCredentialsPath, opts.X509.RootCAFilename)
	cfg.IssuerCertPath = filepath.Join(opts.IssuerCredentialsPath, opts.X509.IssuerCertFilename)
	cfg.IssuerKeyPath = filepath.Join(opts.IssuerCredentialsPath, opts.X509.IssuerKeyFilename)
	cfg.TrustDomain = opts.TrustDomain
	cfg.ListenAddress = opts.ListenAddress
	cfg.Port = opts.Port
	cfg.Mode = modes.DaprMode(opts.Mode)

	server, err := sentry.New(ctx, sentry.Options{Config: cfg, Healthz: healthz.New()})
	if err != nil {
		return err
	}
	return server.Start(ctx)
}

// Command store stands for an S3 store. It listens on port 9000, and keeps what it is given in memory.
package main

import (
	"fmt"
	"log"
	"net/http"
	"strings"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// keyID is the only key that is let in. A real store looks at the signature as well.
const keyID = "AKIATESTBED"

// bucket is there from the start.
const bucket = "backups"

func main() {
	backend := s3mem.New()
	if err := backend.CreateBucket(bucket); err != nil {
		log.Fatal(err)
	}
	server := gofakes3.New(backend).Server()
	log.Fatal(http.ListenAndServe(":9000", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Authorization"), "Credential="+keyID+"/") {
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, "<Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our records.</Message></Error>")
			return
		}
		server.ServeHTTP(w, r)
	})))
}
